

-- nothing

  	
--